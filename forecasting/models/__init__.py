"""Models of contact volume behind one protocol, one small file each."""
