from toolbox import Box, _cache
box = Box()
box.put("a")
box.put("b")
box.take()  # 'b'
__name__  # 'toolbox'
