#!/usr/bin/env bash
# Builds models/inkstone-mini-zh anew, from texts to weights: bench/build_mini.sh DATA OUT
#
# DATA holds corpus/zh.txt.xz, chnsenticorp/, weibo-emotion/, thucnews/ and extra/; OUT gets a folder for each slice, the last one's model/
# being the encoder. Takes the hours that the slices name, on two quiet cores. A slice that was interrupted goes on where it was, one that
# is finished is not made again: type the command again.
set -euo pipefail
data=$1 out=$2
here=$(dirname "$(readlink -f "$0")")
mkdir -p "$out"
like=("$data/chnsenticorp/train.tsv" "$data/weibo-emotion/train.json" "$data/weibo-emotion/usual_train.json" "$data/extra/waimai_10k.csv")
labelled=(--rows "${like[0]}" sentiment 3 --rows "${like[1]}" emotion 3 --rows "${like[2]}" emotion 3 --rows "${like[3]}" sentiment 3 --rows "$data/thucnews/train.jsonl" topic 3)

# made NAME COMMAND…: lets the command write the file OUT/NAME.part, and gives it its name when it is whole.
made() {
  local name=$1
  shift
  [[ -f $out/$name ]] || { "$@" "$out/$name.part" && mv "$out/$name.part" "$out/$name"; }
}
unpacked() { xz -dkc "$data/corpus/zh.txt.xz" > "$1"; }
half() { awk 'NR % 2' "$out/social.txt" > "$1"; }
mixed() { cat "$out/corpus.txt" "$out/social.txt" "$out/social.txt" > "$1"; }
pick=(python3 "$here/pick_lines.py" --corpus "$out/corpus.txt" --like "${like[@]}")
made corpus.txt unpacked
made social.txt "${pick[@]}" --out
made close.txt "${pick[@]}" --add "$data/thucnews/train.jsonl" --out
made mixed.txt mixed
made half.txt half
made labelled.txt python3 "$here/label_lines.py" --corpus "$out/corpus.txt" "${labelled[@]}" --beside "$out/half.txt" --out

# slice NAME CORPUS OPTIONS…: one run of inkstone pretrain; of an option that is given twice the later counts.
slice() {
  local name=$1 corpus=$2
  shift 2
  if [[ -d $out/$name/last ]]; then
    "$here/../inkstone" pretrain --resume "$out/$name"
  else
    local -A options=([--max-length]=256 [--batch-tokens]=2048 [--lr]=1e-3 [--dropout]=0 [--save-minutes]=5)
    while [[ $# -gt 0 ]]; do options[$1]=$2 && shift 2; done
    local words=() key
    for key in "${!options[@]}"; do words+=("$key" "${options[$key]}"); done
    "$here/../inkstone" pretrain "$corpus" -o "$out/$name" ${keep:-} "${words[@]}"
  fi
}

steady=(--schedule constant --decay-ratio 0)
slice 1 "$out/corpus.txt" "${steady[@]}" --masking token --mask-rate 0.15 --warmup-ratio 0.06 --max-hours 0.4
keep=--keep-optimizer
slice 2 "$out/corpus.txt" --model "$out/1" "${steady[@]}" --seed 7 --masking whole-word --mask-rate 0.2 --warmup-ratio 0.01 --max-hours 0.19 --batch-tokens 4096
slice 3 "$out/corpus.txt" --model "$out/2" "${steady[@]}" --seed 8 --masking whole-word --mask-rate 0.2 --warmup-ratio 0.005 --max-hours 0.31
slice 4 "$out/corpus.txt" --model "$out/3" "${steady[@]}" --seed 9 --masking token --mask-rate 0.2 --warmup-ratio 0.002 --max-hours 0.65
slice 5 "$out/close.txt" --model "$out/4" --seed 10 --masking token --mask-rate 0.2 --schedule linear --warmup-ratio 0.003 --max-hours 0.28
keep=
slice 6 "$out/corpus.txt" --model "$out/5" "${steady[@]}" --seed 11 --masking ngram --mask-rate 0.2 --warmup-ratio 0.01 --max-hours 0.2
keep=--keep-optimizer
slice 7 "$out/corpus.txt" --model "$out/6" --seed 12 --masking token --mask-rate 0.2 --schedule constant --decay-ratio 0 --warmup-ratio 0.002 --batch-tokens 4096 --lr 8e-4 --max-hours 0.45
slice 8 "$out/corpus.txt" --model "$out/7" "${steady[@]}" --seed 13 --masking token --mask-rate 0.2 --warmup-ratio 0.002 --batch-tokens 4096 --lr 5e-4 --max-hours 0.27
slice 9 "$out/close.txt" --model "$out/8" --seed 14 --masking token --mask-rate 0.2 --schedule linear --warmup-ratio 0.002 --batch-tokens 4096 --max-length 512 --lr 5e-4 --max-hours 0.25
slice 10 "$out/mixed.txt" --model "$out/9" "${steady[@]}" --seed 15 --masking token --mask-rate 0.2 --warmup-ratio 0.003 --batch-tokens 4096 --lr 6e-4 --max-hours 0.66
slice 11 "$out/labelled.txt" --model "$out/10" --seed 21 --masking token --mask-rate 0.25 --first-token hide --schedule linear --warmup-ratio 0.003 --batch-tokens 4096 --lr 6e-4 --max-hours 0.36
echo "$out/11/model"
