namespace Sira.Storage.Redis.Client;

/// <summary>A command with its arguments.</summary>
public readonly struct RedisCommand
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="name">The name, such as <c>GET</c>: one word of ASCII.</param>
    /// <param name="arguments">The arguments; not to be changed before the command has ended.</param>
    public RedisCommand(string name, params RedisArgument[] arguments)
        : this(name, arguments.AsMemory())
    {
    }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="name">The name, such as <c>GET</c>: one word of ASCII.</param>
    /// <param name="arguments">The arguments; not to be changed before the command has ended.</param>
    public RedisCommand(string name, ReadOnlyMemory<RedisArgument> arguments)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        (Name, Arguments) = (name, arguments);
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the arguments.</summary>
    public ReadOnlyMemory<RedisArgument> Arguments { get; }

    /// <summary>Gets whether it does no harm to do it twice, as with reading: then it is sent again when the connection is lost before its answer.</summary>
    /// <value>Default <see langword="false"/>.</value>
    public bool IsIdempotent { get; init; }
}
