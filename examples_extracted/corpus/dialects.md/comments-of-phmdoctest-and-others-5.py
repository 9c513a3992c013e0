draw_a_map()
