package calls
import ("testing";"context"; async "github.com/goawait/goawait/runtime")
func BenchmarkYield(b *testing.B){ b.ReportAllocs(); async.Run(context.Background(), func(ctx context.Context) *async.Promise[int]{ return yieldsAsync(ctx,b.N)})}
func BenchmarkTree(b *testing.B){ b.ReportAllocs(); async.Run(context.Background(), func(ctx context.Context) *async.Promise[int]{ return nestsAsync(ctx,b.N,10,1)})}
func BenchmarkReady(b *testing.B){ b.ReportAllocs(); async.Run(context.Background(), func(ctx context.Context) *async.Promise[int]{ return nestsAsync(ctx,b.N,10,0)})}
func BenchmarkAdds(b *testing.B){ b.ReportAllocs(); async.Run(context.Background(), func(ctx context.Context) *async.Promise[int]{ return addsAsync(ctx,b.N)})}
func BenchmarkHandover(b *testing.B){ b.ReportAllocs(); async.Run(context.Background(), func(ctx context.Context) *async.Promise[int]{ return handsOverAsync(ctx,b.N)})}
