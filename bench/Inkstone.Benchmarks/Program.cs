using BenchmarkDotNet.Running;
using Inkstone.Benchmarks;

switch (args)
{
    case ["tokenize", var file, var vocabulary]:
        TokenizerSpeed.Measure(file, vocabulary);
        return 0;
    case ["encode", var file, var vocabulary]:
        EncodingSpeed.Measure(file, vocabulary);
        return 0;
    case ["save-tokenizer", var vocabulary, var texts, var folder]:
        SavedTokenizer.Write(vocabulary, texts, folder);
        return 0;
    case ["tokenize" or "encode" or "save-tokenizer", ..]:
        Console.Error.WriteLine("usage: tokenize FILE VOCAB | encode FILE VOCAB | save-tokenizer VOCAB TEXTS.jsonl.gz FOLDER | BenchmarkDotNet's options, such as --filter '*'");
        return 2;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
