#pragma once

#include <span>

#include "launch/launch_table.h"

namespace calculon {

// What Megatron-LM is told: arguments of its command line. Importing a command line reads the same
// rows the other way, but those with a note, a filled value or `{}` in the midst.
std::span<const LaunchRow> megatron_rows();

// Modules that `--recompute-modules` knows.
bool is_megatron_module(RecomputeModule module);

// "([0]*3+[1]*58)": which blocks have experts.
std::string expert_block_list(const Transformer& model);

// Recomputed blocks of a stage, if that is a whole number that gives the share again; else 0.
std::int64_t recomputed_blocks(const LaunchJob& job);

// "Et|(tt|)*2tL": the blocks of every chunk, with the embedding, depths of multi-token prediction
// and the loss.
std::string layout_text(const LaunchJob& job);

}  // namespace calculon
