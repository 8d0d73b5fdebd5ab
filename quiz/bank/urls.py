from django.urls import path

from quiz.bank import views

app_name = "bank"
urlpatterns = [
    path("", views.questions, name="questions"),
    path("<slug:slug>/", views.question, name="question"),
]
