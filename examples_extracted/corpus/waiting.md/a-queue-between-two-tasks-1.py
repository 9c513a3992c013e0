import asyncio

async def producer(queue):
    for n in range(3):
        await queue.put(n)
    await queue.put(None)

async def consumer(queue):
    got = []
    while (item := await queue.get()) is not None:
        got.append(item * item)
    return got

async def main():
    queue = asyncio.Queue(maxsize=1)
    _, got = await asyncio.gather(producer(queue), consumer(queue))
    return got

asyncio.run(main())        # [0, 1, 4]
