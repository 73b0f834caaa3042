namespace Sira.Storage.Monitoring;

/// <summary>An operation of an engine, as it is measured.</summary>
/// <param name="Name">Its name in metrics.</param>
/// <param name="IsWrite">Whether it changes something: an engine may still be read that cannot be written any more.</param>
internal sealed record MonitoredOperation(string Name, bool IsWrite)
{
    public static readonly MonitoredOperation Open = new("open", IsWrite: false);
    public static readonly MonitoredOperation Get = new("get", IsWrite: false);
    public static readonly MonitoredOperation Put = new("put", IsWrite: true);
    public static readonly MonitoredOperation Delete = new("delete", IsWrite: true);
    public static readonly MonitoredOperation Scan = new("scan", IsWrite: false);
    public static readonly MonitoredOperation Batch = new("batch", IsWrite: true);
    public static readonly MonitoredOperation Append = new("append", IsWrite: true);
    public static readonly MonitoredOperation Read = new("read", IsWrite: false);
    public static readonly MonitoredOperation ReadAll = new("read_all", IsWrite: false);
    public static readonly MonitoredOperation Version = new("version", IsWrite: false);
    public static readonly MonitoredOperation Trim = new("trim", IsWrite: true);
    public static readonly MonitoredOperation DeleteStream = new("delete_stream", IsWrite: true);
    public static readonly MonitoredOperation ListStreams = new("list_streams", IsWrite: false);
    public static readonly MonitoredOperation ListPartitions = new("list_partitions", IsWrite: false);
    public static readonly MonitoredOperation Subscribe = new("subscribe", IsWrite: false);
}
