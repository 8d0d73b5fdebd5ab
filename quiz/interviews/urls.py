from django.urls import path, register_converter
from django.urls.converters import IntConverter

from quiz.interviews import views


class SlotConverter(IntConverter):
    regex = "[0-9]{1,4}"  # a number that no database refuses


register_converter(SlotConverter, "slot")

app_name = "interviews"
urlpatterns = [
    path("new/", views.set_up, name="new"),
    path("<uuid:attempt_id>/", views.attempt, name="attempt"),
    path("<uuid:attempt_id>/<slot:slot>/", views.room, name="slot"),
    path("<uuid:attempt_id>/responses/<slot:slot>/", views.save, name="save"),
    path("<uuid:attempt_id>/responses/<slot:slot>/flag/", views.flag, name="flag"),
    path("<uuid:attempt_id>/finish/", views.finish, name="finish"),
]
