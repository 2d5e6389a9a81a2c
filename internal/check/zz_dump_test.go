package check_test
import ("testing";"os";"fmt";"math/big"
"lemniscaat/internal/check"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule")
func TestDumpCliffs(t *testing.T) {
	out:=os.Getenv("CLIFFDUMP"); if out=="" {t.Skip()}
	f,_:=os.Create(out); defer f.Close()
	dump:=func(name string, set *regulation.Set){
	p, _ := exact.Compile(set.Model)
	for _,d:=range []string{"0","2022-05-05","2024-02-29","2025-07-01","2026-01-01","2026-11-22","2027-01-01","2028-03-01"} {
	 for _,loss:=range []int64{1,10,100,1000} {
		var on rule.Date
		if d!="0" {on=rule.MustDate(d)}
		for _,k:=range check.Cliffs(set,p,on,big.NewRat(loss,1)) {
			fmt.Fprintln(f,name,d,loss,k.Key(),k.Rule,k.Article,k.Whose,k.Last,k.Over,k.Compared.ID(),k.ComparedLast,k.ComparedOver,k.Best,k.Worst,k.Loss,k.Example,k.Date)
		}
	 }}
	}
	set, _ := regulation.Load(os.DirFS("../../regelingen"))
	dump("shipped",set)
	dump("sound",load(t,sound()))
}
