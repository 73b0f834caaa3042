using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;

namespace Sira.Storage.Codecs;

/// <summary>How the values of a namespace are encoded, everything resolved.</summary>
internal sealed record CodecProfile(ValueCompression Compression, int Level, int MinimumLength, ValueEncryption Encryption);
