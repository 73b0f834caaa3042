namespace Sira.Tests.Failover;

/// <summary>What a scenario's caller asks for.</summary>
internal enum RequestKind
{
    Text,
    Tools,
    Schema,
}
