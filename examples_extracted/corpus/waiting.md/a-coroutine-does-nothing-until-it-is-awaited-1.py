import asyncio

async def fetch():
    return 42

made = fetch()
type(made).__name__       # 'coroutine'
asyncio.run(made)         # 42
asyncio.run(made)         # RuntimeError: cannot reuse already awaited coroutine
