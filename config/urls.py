from django.contrib import admin
from django.urls import include, path

from config import views

urlpatterns = [
    path("", include("quiz.progress.urls")),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("questions/", include("quiz.bank.urls")),
    path("interviews/", include("quiz.interviews.urls")),
    path("interviews/", include("quiz.results.urls")),
    path("admin/", admin.site.urls),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz),
    path("robots.txt", views.robots),
    path("favicon.ico", views.favicon),
]

handler400 = "config.views.bad_request"
handler403 = "config.views.forbidden"
handler404 = "config.views.not_found"
handler500 = "config.views.server_error"
