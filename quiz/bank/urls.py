from django.urls import path

app_name = "bank"
urlpatterns = []
