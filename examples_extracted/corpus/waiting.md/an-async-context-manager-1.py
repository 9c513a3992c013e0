import asyncio
from contextlib import asynccontextmanager

@asynccontextmanager
async def line(name):
    print("dial", name)
    yield name[0]
    print("hang up")

async def main():
    async with line("Vienna") as letter:
        print("talk", letter)

asyncio.run(main())
# dial Vienna
# talk V
# hang up
