from django.urls import path

from quiz.results import views

app_name = "results"
urlpatterns = [
    path("<uuid:attempt_id>/result/", views.result, name="result"),
    path("<uuid:attempt_id>/responses/<int:slot>/ticks/", views.ticks, name="ticks"),
    path("<uuid:attempt_id>/responses/<int:slot>/report/<int:key_point>/", views.report, name="report"),
]
