using System.Net;

namespace Quickstart;

/// <summary>Breaks the primary provider on purpose, so that the tour can show what happens then.</summary>
internal sealed class Outage
{
    private int requestsToFail;

    /// <summary>Lets the next requests fail as an overloaded provider does.</summary>
    public void Begin(int requests) => Volatile.Write(ref requestsToFail, requests);

    public DelegatingHandler CreateHandler() => new Handler(this);

    private bool TakeFailure() => Interlocked.Decrement(ref requestsToFail) >= 0;

    private sealed class Handler(Outage outage) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            outage.TakeFailure()
                ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { RequestMessage = request, Content = new StringContent("""{"error":{"message":"The server is overloaded (on purpose).","type":"server_error"}}""") })
                : base.SendAsync(request, cancellationToken);
    }
}
