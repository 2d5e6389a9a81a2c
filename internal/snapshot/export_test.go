package snapshot

import "encoding/json"

// Plain gives all that is in the file, opened.
func (f *File) Plain() ([]byte, error) {
	r, err := f.look()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if err := r.directory(); err != nil {
		return nil, err
	}
	out, err := json.Marshal(r.dir)
	if err != nil {
		return nil, err
	}
	n := uint32(len(r.dir.Parts))
	for k, p := range append(r.dir.Parts, r.dir.Texts, r.dir.Strings) {
		b, err := r.plain(min(uint32(k), n+1), p, nil)
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
	}
	return out, nil
}
