namespace Sira.Storage.Codecs.Compression;

/// <summary>A dictionary.</summary>
/// <param name="Namespace">The namespace whose values it compresses.</param>
/// <param name="Version">Its number, from 1 on; the latest compresses, the others still decompress.</param>
public readonly record struct DictionaryInfo(string Namespace, uint Version);
