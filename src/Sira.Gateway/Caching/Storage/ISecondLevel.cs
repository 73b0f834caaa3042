namespace Sira.Gateway.Caching.Storage;

/// <summary>Where the second level keeps bytes.</summary>
internal interface ISecondLevel
{
    Task<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken);

    Task SetAsync(string key, byte[] bytes, TimeSpan timeToLive, CancellationToken cancellationToken);
}
