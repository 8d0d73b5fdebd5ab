from django.urls import path

from quiz.interviews import views

app_name = "interviews"
urlpatterns = [
    path("new/", views.set_up, name="new"),
    path("<uuid:attempt_id>/", views.attempt, name="attempt"),
    path("<uuid:attempt_id>/<int:slot>/", views.room, name="slot"),
    path("<uuid:attempt_id>/responses/<int:slot>/", views.save, name="save"),
    path("<uuid:attempt_id>/responses/<int:slot>/flag/", views.flag, name="flag"),
    path("<uuid:attempt_id>/finish/", views.finish, name="finish"),
]
