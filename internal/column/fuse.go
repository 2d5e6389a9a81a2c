package column

// fuse joins operations of which the first serves only the second, so that a
// value between them stays in a register and is never written to a lane:
//
//	k·a + b, k·a − b and b − k·a    numMulAdd, numMulSub, numSubMul
//	min and max with constants      numClamp
//	compare and choose              numSelLessK
//	a and not b                     bitAndNot
//
// The operations keep their places; one that became part of another is dropped
// by schedule, because nothing needs it any more.
func (g *graph) fuse(roots [][]value) {
	uses := make([]int, len(g.ops))
	for i := range g.ops {
		for _, r := range []ref{g.ops[i].a, g.ops[i].b, g.ops[i].c} {
			if r != none {
				uses[r]++
			}
		}
	}
	for _, side := range roots {
		for _, v := range side {
			for _, r := range []ref{v.num, v.leeg, v.open.at, v.open.why} {
				if r != none {
					uses[r]++
				}
			}
		}
	}
	only := func(r ref, c code) bool { return r != none && g.at(r).code == c && uses[r] == 1 }
	for i := range g.ops {
		o := &g.ops[i]
		switch o.code {
		case numAdd:
			switch {
			case only(o.a, numMulK):
				o.code, o.k, o.a = numMulAdd, g.at(o.a).k, g.at(o.a).a
			case only(o.b, numMulK):
				o.code, o.k, o.a, o.b = numMulAdd, g.at(o.b).k, g.at(o.b).a, o.a
			}
		case numSub:
			switch {
			case only(o.a, numMulK):
				o.code, o.k, o.a = numMulSub, g.at(o.a).k, g.at(o.a).a
			case only(o.b, numMulK):
				o.code, o.k, o.a, o.b = numSubMul, g.at(o.b).k, g.at(o.b).a, o.a
			}
		case numMinK:
			if only(o.a, numMaxK) {
				o.code, o.k2, o.a = numClamp, g.at(o.a).k, g.at(o.a).a
			}
		case numSel:
			x := g.at(o.c)
			_, constA := g.constant(o.a)
			_, constB := g.constant(o.b)
			if only(o.c, bitLessK) && !constA && !constB {
				o.code, o.k, o.c = numSelLessK, x.k, x.a
			}
		case bitAnd:
			switch {
			case g.at(o.b).code == bitNot:
				o.code, o.b = bitAndNot, g.at(o.b).a
			case g.at(o.a).code == bitNot:
				o.code, o.a, o.b = bitAndNot, o.b, g.at(o.a).a
			}
		}
	}
}
