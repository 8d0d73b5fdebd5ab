from django.urls import include, path

from quiz.progress import views

pages = [
    path("history/", views.history, name="history"),
    path("history.csv", views.history_csv, name="history_csv"),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("", include((pages, "progress"))),
]
