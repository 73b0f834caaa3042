// Makes keys, signs packages of plugins and says what their signatures prove. Exits with 0 when all is well, 1 when a package is not, 2 when it was called wrongly.
using Sira.Plugins;
using Sira.Plugins.Loading.Signing;
using Sira.Plugins.Sources;

const string PasswordVariable = "SIRA_SIGNING_PASSWORD";

try
{
    return args switch
    {
        ["new-key", var privateKey, var publicKey] => NewKey(privateKey, publicKey),
        ["sign", var package, "--key", var key, "--publisher", var publisher] => Sign(package, key, publisher),
        ["add", var package, "--key", var key] => Add(package, key),
        ["verify", var package] => Verify(package, null),
        ["verify", var package, "--key", var key] => Verify(package, key),
        _ => Usage(),
    };
}
catch (Exception exception) when (exception is PluginException or ArgumentException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

static int NewKey(string privateKey, string publicKey)
{
    var password = Environment.GetEnvironmentVariable(PasswordVariable);
    var (secret, shared) = PluginKey.Create(password);

    // Never over a key that is there: what it signed could not be signed anew. Readable by its owner alone from the beginning.
    var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
    if (!OperatingSystem.IsWindows())
    {
        options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    }

    using (var writer = new StreamWriter(privateKey, options))
    {
        writer.WriteLine(secret);
    }

    File.WriteAllText(publicKey, shared + "\n");
    Console.WriteLine($"Private key: {privateKey}{(string.IsNullOrEmpty(password) ? $" (not encrypted; set {PasswordVariable} for a password)" : " (encrypted)")}. Keep it where packages are signed, and nowhere else.");
    Console.WriteLine($"Public key:  {publicKey}. Give it to the hosts.");
    Console.WriteLine($"Key id:      {PluginKey.IdOf(shared)}");
    return 0;
}

static int Sign(string package, string key, string publisher)
{
    using var signer = Load(key);
    return Report(package, signer.Sign(package, publisher), null);
}

static int Add(string package, string key)
{
    using var signer = Load(key);
    return Report(package, signer.AddTo(package), null);
}

static int Verify(string package, string? key) => Report(package, PackageSignature.Read(package), key is null ? null : PluginKey.IdOf(File.ReadAllText(key)));

static PluginSigner Load(string key) => PluginSigner.FromPem(File.ReadAllText(key), Environment.GetEnvironmentVariable(PasswordVariable));

static int Report(string package, PackageSignature signature, string? expected)
{
    Console.WriteLine($"{package}: {signature.Trust.ToString().ToLowerInvariant()}");
    if (signature.Reason is { } reason)
    {
        Console.WriteLine(reason);
    }

    if (signature.Trust != PluginTrust.Signed)
    {
        return 1;
    }

    Console.WriteLine($"The package is as it was signed by somebody who goes by the name '{signature.Publisher}'.");
    foreach (var id in signature.KeyIds)
    {
        Console.WriteLine($"Key id: {id}{(id == expected ? " (the key that you gave)" : string.Empty)}");
    }

    if (expected is null || signature.KeyIds.Contains(expected))
    {
        return 0;
    }

    Console.WriteLine($"It was not signed with the key that you gave, {expected}.");
    return 1;
}

static int Usage()
{
    Console.Error.WriteLine($"""
        SignPlugin new-key <private.pem> <public.pem>          makes a key pair (ECDSA, P-256)
        SignPlugin sign <package> --key <private.pem> --publisher <name>
        SignPlugin add <package> --key <private.pem>           adds the signature of a second key
        SignPlugin verify <package> [--key <public.pem>]       says what the signature proves

        The password of a private key stands in {PasswordVariable}.
        """);
    return 2;
}
