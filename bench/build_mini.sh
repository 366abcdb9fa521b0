#!/usr/bin/env bash
# Builds models/inkstone-mini-zh anew, from texts to weights: bench/build_mini.sh DATA OUT
#
# DATA holds corpus/zh.txt.xz, chnsenticorp/, weibo-emotion/, thucnews/ and extra/; OUT gets a folder for each slice, the last one's model/
# being the encoder. Takes half a day on two quiet cores. What was interrupted goes on where it was, what is finished is not made again:
# type the command again.
set -euo pipefail
data=$1 out=$2
here=$(dirname "$(readlink -f "$0")")
ink=$here/../inkstone
chn=$data/chnsenticorp weibo=$data/weibo-emotion
like=("$chn/train.tsv" "$weibo/train.json" "$weibo/usual_train.json" "$data/extra/waimai_10k.csv")
mkdir -p "$out"

# made NAME COMMAND…: lets the command write the file or folder OUT/part-NAME, and gives it its name when it is whole.
made() {
  local name=$1
  shift
  [[ -e $out/$name ]] || { rm -rf "$out/part-$name" && "$@" "$out/part-$name" && mv "$out/part-$name" "$out/$name"; }
}

# slice NAME CORPUS OPTIONS…: one run of inkstone pretrain; of an option that is given twice the later counts.
slice() {
  local name=$1 corpus=$2
  shift 2
  if [[ -f $out/$name/pretraining.json ]]; then
    "$ink" pretrain --resume "$out/$name"
  else
    local -A options=([--max-length]=256 [--batch-tokens]=2048 [--lr]=1e-3 [--dropout]=0 [--save-minutes]=5)
    while [[ $# -gt 0 ]]; do options[$1]=$2 && shift 2; done
    local words=() key
    for key in "${!options[@]}"; do words+=("$key" "${options[$key]}"); done
    "$ink" pretrain "$corpus" -o "$out/$name" ${keep:-} "${words[@]}"
  fi
}
steady=(--schedule constant --decay-ratio 0)
falling=(--masking token --schedule linear --warmup-ratio 0.01 --batch-tokens 4096 --lr 6e-4)

# lines NAME TIMES OPTIONS…: labelled rows as lines; TIMES: reviews, posts of COVID, other posts, reviews of takeaways, news, each so often.
lines() {
  local name=$1 at times files=("${like[@]}" "$data/thucnews/train.jsonl") kinds=(sentiment emotion emotion sentiment topic) rows=()
  read -ra times <<< "$2"
  shift 2
  for at in "${!times[@]}"; do rows+=(--rows "${files[at]}" "${kinds[at]}" "${times[at]}"); done
  made "$name" python3 "$here/label_lines.py" --corpus "$out/corpus.txt" "${rows[@]}" "$@" --out
}

# teach NAME RECIPE TRAIN VALIDATION KEYS…: what three encoders and a linear model, fine-tuned on TRAIN, make of OUT/unlabelled/NAME.jsonl.
teach() {
  local name=$1 recipe=$2 train=$3 validation=$4 seed run models=()
  shift 4
  for seed in 1 2 3; do
    run=$out/$name-$seed
    if [[ -f $run/recipe.yaml ]]; then
      "$ink" train --resume "$run"
    else
      "$ink" train "$recipe" --train-file "$train" --validation-file "$validation" --model "$out/12/model" --seed $seed -o "$run" --set "$@" \
        data.test_file=null model.pooling=mean optimizer.learning_rate=6e-4 training.per_device_train_batch_size=32 \
        training.early_stopping_patience=null evaluation.baseline=false
    fi
    models+=(--model "$run")
  done
  made "$name.jsonl" "$ink" predict "${models[@]}" --input "$out/unlabelled/$name.jsonl" --output
  made "$name-linear" "$ink" baseline "$recipe" --train-file "$train" --test-file "$out/unlabelled/$name.jsonl" --set "$1" -o
}

# guessed KIND TIMES NAME: the option of label_lines.py for what teach made.
guessed() { guesses+=(--guessed "$1" "$2" "$out/$3-linear/evaluation/predictions.csv" "$out/$3.jsonl"); }

unpacked() { xz -dkc "$data/corpus/zh.txt.xz" > "$1"; }
mixed() { cat "$out/corpus.txt" "$out/social.txt" "$out/social.txt" > "$1"; }
every() { awk "NR % $1 == 1" "$2" > "$3"; }                       # every N FROM TO: each Nth line
quarter() { awk 'NR % 4 == 1' "$out/corpus.txt" | cat - "$out/social.txt" > "$1"; }
pick=(python3 "$here/pick_lines.py" --corpus "$out/corpus.txt" --like "${like[@]}")
made corpus.txt unpacked
made social.txt "${pick[@]}" --out
made close.txt "${pick[@]}" --add "$data/thucnews/train.jsonl" --out
made mixed.txt mixed

# From nothing: texts alone.
slice 1 "$out/corpus.txt" "${steady[@]}" --masking token --mask-rate 0.15 --warmup-ratio 0.06 --max-hours 0.4
keep=--keep-optimizer
slice 2 "$out/corpus.txt" --model "$out/1" "${steady[@]}" --seed 7 --masking whole-word --mask-rate 0.2 --warmup-ratio 0.01 --max-hours 0.19 --batch-tokens 4096
slice 3 "$out/corpus.txt" --model "$out/2" "${steady[@]}" --seed 8 --masking whole-word --mask-rate 0.2 --warmup-ratio 0.005 --max-hours 0.31
slice 4 "$out/corpus.txt" --model "$out/3" "${steady[@]}" --seed 9 --masking token --mask-rate 0.2 --warmup-ratio 0.002 --max-hours 0.65
slice 5 "$out/close.txt" --model "$out/4" --seed 10 --masking token --mask-rate 0.2 --schedule linear --warmup-ratio 0.003 --max-hours 0.28
keep=
slice 6 "$out/corpus.txt" --model "$out/5" "${steady[@]}" --seed 11 --masking ngram --mask-rate 0.2 --warmup-ratio 0.01 --max-hours 0.2
keep=--keep-optimizer
slice 7 "$out/corpus.txt" --model "$out/6" "${steady[@]}" --seed 12 --masking token --mask-rate 0.2 --warmup-ratio 0.002 --batch-tokens 4096 --lr 8e-4 --max-hours 0.45
slice 8 "$out/corpus.txt" --model "$out/7" "${steady[@]}" --seed 13 --masking token --mask-rate 0.2 --warmup-ratio 0.002 --batch-tokens 4096 --lr 5e-4 --max-hours 0.27
slice 9 "$out/close.txt" --model "$out/8" "${falling[@]}" --seed 14 --mask-rate 0.2 --warmup-ratio 0.002 --max-length 512 --lr 5e-4 --max-hours 0.25
slice 10 "$out/mixed.txt" --model "$out/9" "${steady[@]}" --seed 15 --masking token --mask-rate 0.2 --warmup-ratio 0.003 --batch-tokens 4096 --lr 6e-4 --max-steps 6600

# Labels as words, that the texts hold on to.
made half-corpus.txt every 2 "$out/corpus.txt"
made half-social.txt every 2 "$out/social.txt"
lines labelled-11.txt "2 2 2 2 2" --beside "$out/half-corpus.txt" "$out/social.txt" "$out/social.txt"
slice 11 "$out/labelled-11.txt" --model "$out/10" "${falling[@]}" --seed 31 --warmup-ratio 0.005 --mask-rate 0.2 --first-token hide --batch-tokens 8192 --lr 8e-4 --max-steps 5654
lines labelled-12.txt "3 3 3 3 3" --beside "$out/half-social.txt"
slice 12 "$out/labelled-12.txt" --model "$out/11" "${falling[@]}" --seed 21 --warmup-ratio 0.003 --mask-rate 0.25 --first-token hide --max-steps 2660

# Labels for texts without one, by what that encoder and a linear model make of them.
made unlabelled python3 "$here/unlabelled_lines.py" --corpus "$out/corpus.txt" --close "$out/social.txt" --posts "$weibo/train.json" "$weibo/usual_train.json" --reviews "${like[0]}" "${like[3]}" --out
length=tokenizer.max_length epochs=training.num_train_epochs metric=training.metric_for_best_model
teach covid emotion "$weibo/train.json" "$weibo/eval.json" $length=128 $epochs=6 $metric=f1_macro
teach posts emotion "$weibo/usual_train.json" "$weibo/usual_eval.json" $length=128 $epochs=4 $metric=f1_macro
teach reviews sentiment "$chn/train.tsv" "$chn/dev.tsv" 'data.label_names=[negative, positive]' $length=256 $epochs=4 $metric=accuracy
made some.txt every 16 "$out/mixed.txt"
made few.txt every 32 "$out/mixed.txt"
guesses=() && guessed emotion 4 covid && guessed emotion 2 posts
lines labelled-15.txt "0 3 2 0 0" "${guesses[@]}" --between ""
guessed sentiment 2 reviews
lines labelled-13.txt "3 3 2 2 1" "${guesses[@]}" --piece 240 --beside "$out/some.txt"
slice 13 "$out/labelled-13.txt" --model "$out/12" "${falling[@]}" --seed 61 --mask-rate 0.25 --first-token hide --max-steps 7200

# Labels for [CLS], as fine-tuning will ask for them.
lines labelled-14.txt "3 3 2 2 1" "${guesses[@]}" --piece 240 --between "" --beside "$out/few.txt"
slice 14 "$out/labelled-14.txt" --model "$out/13" "${falling[@]}" --seed 71 --mask-rate 0.2 --first-token label --max-steps 3000
slice 15 "$out/labelled-15.txt" --model "$out/14" "${falling[@]}" --seed 81 --mask-rate 0.1 --first-token label --max-length 128 --batch-tokens 2048 --dropout 0.1 --max-steps 5000
slice 16 "$out/labelled-14.txt" --model "$out/15" "${falling[@]}" --seed 91 --mask-rate 0.2 --first-token label --max-steps 5400
made quarter.txt quarter
slice 17 "$out/quarter.txt" --model "$out/16" "${falling[@]}" "${steady[@]}" --seed 101 --mask-rate 0.2 --max-steps 4900
guesses=() && guessed emotion 3 covid && guessed emotion 2 posts && guessed sentiment 1 reviews
lines labelled-18.txt "3 4 3 2 1" "${guesses[@]}" --piece 240 --between "" --beside "$out/some.txt"
slice 18 "$out/labelled-18.txt" --model "$out/17" "${falling[@]}" --seed 111 --mask-rate 0.2 --first-token label --max-steps 5500

# Twice as long, for long news.
lines labelled-19.txt "3 4 3 2 2" "${guesses[@]}" --piece 480 --between "" --beside "$out/some.txt"
slice 19 "$out/labelled-19.txt" --model "$out/18" "${falling[@]}" --seed 121 --mask-rate 0.2 --first-token label --max-length 512 --lr 5e-4 --max-steps 6000
echo "$out/19/model"
