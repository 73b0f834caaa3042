using Sira.Kernel.Configuration;
using Sira.Plugins.Loading.Packages;
using Sira.Plugins.Loading.Publishers;

namespace Sira.Plugins.Loading.Folders;

/// <summary>What is known of one file: the plugin in it, and while it cannot be read, the one that was in it before.</summary>
internal sealed class FolderFile(string path, FolderContext context)
{
    // As IPluginSource.Discover asks for.
    private const string Unreadable = "package";

    private FolderPackage? package;
    private FolderPlugin? plugin;
    private string? judgedBy;
    private IReadOnlyList<ConfigurationError> mistakes = [];
    private ConfigurationError? trouble;
    private bool isShut;
    private long since;
    private bool isRead;

    /// <summary>Gets the file as it was when it was looked at last.</summary>
    public FileStamp Stamp { get; private set; }

    /// <summary>Gets a value indicating whether the file cannot be read and may still be being written.</summary>
    public bool IsSettling => trouble is not null && context.Time.GetElapsedTime(since) < FolderWatch.Settling;

    /// <summary>Gets a value indicating whether the file could not be opened, and now can be. No event and no change tells that.</summary>
    public bool IsReadableAgain => isShut && PluginPackage.CanOpen(path);

    /// <summary>Looks at the file.</summary>
    /// <param name="stamp">The file as it is now.</param>
    /// <param name="trusted">Whose plugins the host trusts.</param>
    /// <param name="isAsked">Whether problems are told that may pass by themselves.</param>
    /// <param name="errors">Receives the problems, each time, as long as they are there.</param>
    /// <returns>The plugin; <see langword="null"/> when there is none.</returns>
    public FolderPlugin? Find(FileStamp stamp, TrustedPublishers trusted, bool isAsked, ConfigurationErrors errors)
    {
        if (!isRead || stamp != Stamp)
        {
            Read(stamp);
        }

        foreach (var mistake in mistakes)
        {
            errors.Add(mistake.Path, mistake.Problem, mistake.Fix);
        }

        if (trouble is { } problem && (isAsked || !IsSettling))
        {
            errors.Add(problem.Path, problem.Problem, problem.Fix);
        }

        if (package is null && (mistakes.Count > 0 || (trouble is not null && (isAsked || !IsSettling))))
        {
            errors.MarkFaulty(Unreadable, path);
        }

        if (package is not null && judgedBy != trusted.Fingerprint)
        {
            plugin = new FolderPlugin(package, trusted.Judge(package.Signature, package.Manifest.Id), context);
            judgedBy = trusted.Fingerprint;
        }

        return plugin;
    }

    private void Read(FileStamp stamp)
    {
        if (trouble is null || stamp != Stamp)
        {
            since = context.Time.GetTimestamp();
        }

        Stamp = stamp;
        try
        {
            var errors = new ConfigurationErrors();
            var found = FolderPackage.Read(path, package, () => isRead = false, errors);
            (mistakes, trouble, isShut, isRead) = (errors.Items, null, false, true);

            // A manifest with mistakes leaves the plugin as it was; a package without one is no plugin's any more.
            if (found != package && (found is not null || mistakes.Count == 0))
            {
                (package, plugin, judgedBy) = (found, null, null);
            }
        }
        catch (PluginException exception)
        {
            // Tried anew at each look: it may become readable without any sign.
            (mistakes, isRead) = ([], false);
            isShut = exception.InnerException is IOException or UnauthorizedAccessException;
            trouble = new ConfigurationError(path, exception.Message, plugin is null ? "The other plugins are not concerned." : $"Until then the host goes by {plugin.Manifest}, which was in it before.");
        }
    }
}
