using Sira.Plugins.Loading.Contexts;
using Sira.Plugins.Loading.Healing;

namespace Sira.Plugins.Loading.Folders;

/// <summary>What the plugins of all folders have in common.</summary>
/// <param name="Sharing">Which assemblies of its own the host shares with them.</param>
/// <param name="Healing">Helps them out of memory.</param>
/// <param name="Time">The clock.</param>
internal sealed record FolderContext(SharingConfiguration Sharing, ContextHealing Healing, TimeProvider Time);
