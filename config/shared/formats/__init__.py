"""How dates are written, where a language differs from what Django says of it."""
