import asyncio

async def double(number):
    await asyncio.sleep(0)
    return 2 * number

async def test_double():
    assert await double(4) == 8

async def test_double_of_text():
    assert await double("ab") == "aabb"
