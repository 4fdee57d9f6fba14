"""What every template knows."""


def page(request):
    return {}
