package outcome

// StreamIn is Stream with pieces of another size.
var StreamIn = stream
