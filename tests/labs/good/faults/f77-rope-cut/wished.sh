echo rope
