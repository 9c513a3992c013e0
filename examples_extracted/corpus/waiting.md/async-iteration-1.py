import asyncio

async def ticks(count):
    for n in range(count):
        await asyncio.sleep(0)
        yield n

async def main():
    return [n async for n in ticks(3)]

print(asyncio.run(main()))   # [0, 1, 2]
list(ticks(3))               # TypeError: 'async_generator' object is not iterable
