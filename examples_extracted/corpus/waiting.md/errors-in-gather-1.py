import asyncio

async def fine():
    return "fine"

async def broken():
    raise ValueError("broken")

async def collect():
    return await asyncio.gather(fine(), broken(), return_exceptions=True)

asyncio.run(collect())     # ['fine', ValueError('broken')]

async def insist():
    return await asyncio.gather(fine(), broken())

asyncio.run(insist())      # ValueError: broken
