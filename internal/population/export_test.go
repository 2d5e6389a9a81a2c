package population

// Recoded encodes a column and decodes it again.
func Recoded(v []int64) []int64 {
	got, rest, ok := decodeColumn[int64](encodeColumn(nil, v), nil, len(v))
	if !ok || len(rest) > 0 {
		return nil
	}
	return got
}
