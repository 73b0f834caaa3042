using Sira.Kernel.Messaging.Topics;

namespace Sira.Kernel.Tests.Messaging.Topics;

public class DeduplicationWindowTests
{
    private readonly DeduplicationWindow window = new(10);

    [Fact]
    public void End_OfAFailedPublication_LetsTheNextPublish()
    {
        Assert.True(window.TryBegin("a", 0, 10, out _));
        window.End("a", isPublished: false);
        Assert.True(window.TryBegin("a", 0, 10, out _));
    }

    // The journal kept the message, somebody read that there, and only then the publisher was told of a failure.
    [Fact]
    public async Task Remember_WhileThePublicationIsUnderWay_CountsThoughItIsToldOfAFailure()
    {
        Assert.True(window.TryBegin("a", 0, 10, out _));
        Assert.False(window.TryBegin("a", 0, 10, out var other));
        window.Remember("a", 0, 10);
        Assert.False(other!.IsCompleted);
        window.End("a", isPublished: false);
        await other.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.False(window.TryBegin("a", 0, 10, out other));
        Assert.Null(other);
    }

    [Fact]
    public void Remember_AnUnknownId_MakesDuplicatesUntilItExpires()
    {
        window.Remember("a", 0, 10);
        Assert.False(window.TryBegin("a", 9, 20, out var other));
        Assert.Null(other);
        Assert.True(window.TryBegin("a", 10, 20, out _));
    }
}
