namespace Sira.Plugins.Loading.Publishers;

/// <summary>A publisher whose plugins the host trusts: <c>Sira:Plugins:Publishers:{name}</c>.</summary>
public sealed class PublisherOptions
{
    /// <summary>Gets or sets the public keys, as PEM: one block, or several one after the other while the publisher changes its key.</summary>
    /// <value>Default <see langword="null"/>.</value>
    public string? PublicKey { get; set; }

    /// <summary>Gets or sets a file with public keys, written in the same way; a relative path begins at the application. It is read each time the host looks for plugins.</summary>
    /// <value>Default <see langword="null"/>.</value>
    public string? PublicKeyFile { get; set; }

    /// <summary>Gets the ids of the plugins that the publisher may sign; <c>acme.*</c> stands for every id that begins with <c>acme.</c>.</summary>
    /// <value>Default empty: any.</value>
    public IList<string> Plugins { get; } = [];

    /// <summary>Gets the ids of keys that are not to be trusted any more, as <c>PluginKey.IdOf</c> gives them. What they signed counts as unsigned, whichever publisher names them.</summary>
    /// <value>Default empty.</value>
    public IList<string> RevokedKeys { get; } = [];
}
