package main
import ("testing";"context")
func TestZZ(t *testing.T){ ctx:=context.Background(); b,err:=newBench(ctx,t.TempDir(),0,4); if err!=nil{t.Fatal(err)}
 bars,err:=b.load(ctx); if err!=nil{t.Fatal(err)}; printBars(bars) }
