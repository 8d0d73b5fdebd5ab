from django.http import HttpRequest

from accounts.preferences import theme_of


def preferences(request: HttpRequest) -> dict[str, str]:
    return {"theme": theme_of(request)}
