using Sira.Plugins.Loading.Healing;

namespace Sira.Plugins.Loading.Folders;

/// <summary>What the plugins of all folders have in common.</summary>
/// <param name="Healing">Helps them out of memory.</param>
/// <param name="Time">The clock.</param>
internal sealed record FolderContext(ContextHealing Healing, TimeProvider Time);
