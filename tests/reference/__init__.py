"""The city as plain Mesa objects, written from docs/odd.md and docs/draws-and-order.md: the reference that the engine is docked to.

One object an agent, Python floats, `math`; no compiled code and no arrays. Shared with the engine are the structure of the city
(`simulation.city`), packed levers, drawn parameters, and the coordinates of the random draws. What is float32 in the state is rounded
when it is stored (`numbers.single`), everything else is computed in float64.
"""
