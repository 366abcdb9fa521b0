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
    case ["steps", var folder, .. var settings]:
        StepSpeed.Measure(folder, settings);
        return 0;
    case ["tokenize" or "encode" or "save-tokenizer" or "steps", ..]:
        Console.Error.WriteLine("usage: tokenize FILE VOCAB | encode FILE VOCAB | steps ENCODER [rows=64] [passes=3] [bf16=true|false] [predict=true] | save-tokenizer VOCAB TEXTS.jsonl.gz FOLDER | BenchmarkDotNet's options, such as --filter '*'");
        return 2;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
