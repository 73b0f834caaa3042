namespace Sira.Storage.Redis.Client.Protocol;

/// <summary>What kind of value a server has answered with: the types of RESP3, to which those of RESP2 are mapped.</summary>
/// <remarks>The protocol: https://redis.io/docs/latest/develop/reference/protocol-spec/.</remarks>
public enum RespType
{
    /// <summary>Nothing: <c>_</c>, and the null strings and arrays of RESP2.</summary>
    Null,

    /// <summary>A short text on one line: <c>+</c>.</summary>
    SimpleString,

    /// <summary>Bytes: <c>$</c>, also where they came in chunks.</summary>
    BulkString,

    /// <summary>A text with its format: <c>=</c>. Its content is without the format.</summary>
    VerbatimString,

    /// <summary>A refusal: <c>-</c> and <c>!</c>.</summary>
    Error,

    /// <summary>A whole number: <c>:</c>.</summary>
    Integer,

    /// <summary>A floating-point number: <c>,</c>.</summary>
    Double,

    /// <summary>A whole number of any size, as its digits: <c>(</c>.</summary>
    BigNumber,

    /// <summary>True or false: <c>#</c>.</summary>
    Boolean,

    /// <summary>Values in order: <c>*</c>.</summary>
    Array,

    /// <summary>Keys and values, one after the other: <c>%</c>.</summary>
    Map,

    /// <summary>Values without an order: <c>~</c>.</summary>
    Set,

    /// <summary>Something that was not asked for: <c>&gt;</c>.</summary>
    Push,
}
