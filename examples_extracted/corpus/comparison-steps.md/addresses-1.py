object()
object()
