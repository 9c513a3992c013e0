import asyncio

async def worker(name, delay, log):
    log.append(f"{name} starts")
    await asyncio.sleep(delay)
    log.append(f"{name} ends")
    return name

async def in_turn():
    log = []
    await worker("a", 0.02, log)
    await worker("b", 0.01, log)
    return log

async def together():
    log = []
    names = await asyncio.gather(worker("a", 0.08, log), worker("b", 0.01, log))
    return names, log

asyncio.run(in_turn())
# ['a starts', 'a ends', 'b starts', 'b ends']
names, log = asyncio.run(together())
names      # ['a', 'b'] (the order of the arguments)
log        # ['a starts', 'b starts', 'b ends', 'a ends']
