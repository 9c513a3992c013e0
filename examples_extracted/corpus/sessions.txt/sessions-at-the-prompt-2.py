list(range(40))  # doctest: +ELLIPSIS
object()  # doctest: +ELLIPSIS
