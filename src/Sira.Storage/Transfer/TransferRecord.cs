namespace Sira.Storage.Transfer;

/// <summary>The kinds of records of an export. Their numbers are part of the format.</summary>
internal enum TransferRecord : byte
{
    Header = 1,
    Partition = 2,
    Value = 3,
    Stream = 4,
    Event = 5,
    StreamEnd = 6,
    Trailer = 7,
}
