using System.Text.Json.Serialization;

namespace Sira.Benchmarks.Storage;

/// <summary>How the messages of the journal's report are kept.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class JournalMessages : JsonSerializerContext;
