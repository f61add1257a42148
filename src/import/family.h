#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace calculon {

// What the configurations of all families say, each in keys and with defaults of its own. A flag
// is 0 or 1.
enum class Quantity {
  kHidden,
  kFeedforward,  // of dense blocks
  kBlocks,
  kHeads,
  kKvHeads,
  kHeadSize,
  kVocabulary,
  kPositions,  // the longest sequence
  // Flags and numbers of what stands around and inside of a block.
  kTied,
  kEmbeddingWidth,
  kLearnedPositions,
  kExtraPositions,  // rows of the learned table beyond kPositions
  kAlibi,           // neither a table nor rotations
  kEmbeddingNorm,
  kFinalNorm,
  kLayerNorm,  // else RMSNorm
  kNorms,      // per block
  kGated,
  kQkvBias,
  kOutputBias,
  kMlpBias,
  kQkNorm,
  kSinks,
  // One key/value head, one norm for attention and MLP: as Falcon says it.
  kMultiQuery,
  kGroupedDecoder,
  kParallelBlock,
  kParallelNorms,
  // Latent attention.
  kLatent,
  kQueryRank,
  kKvRank,
  kNopeSize,
  kRopeSize,
  kValueSize,
  // Experts, and which blocks have them.
  kExperts,
  kTopExperts,
  kExpertWidth,
  kSharedExperts,
  kSharedWidth,  // of all shared experts; 0: kSharedExperts of kExpertWidth
  kSharedGate,
  kRouterBias,
  kFirstDense,
  kMixtureStep,    // a number, or a list with 1 for each block that has experts
  kMixtureOffset,  // block i has experts where (i + offset) mod step = 0
  kDenseBlocks,    // list of numbers of blocks
  kMixtureBlocks,  // list of numbers of blocks, in place of all other rules
  // Windows, and which blocks attend to everything.
  kWindow,
  kUsesWindow,
  kWindowPeriod,  // block i attends to everything where (i + 1) mod period = 0; 0: none does
  kFullBlocks,    // as many blocks at the beginning attend to everything
  kBlockKinds,    // list of words
  kWindowFlags,   // list with 0 for each block that attends to everything
  kPredictionBlocks,
};

// What holds where a key is absent, or is null.
struct Fallback {
  enum class Kind { kRequired, kValue, kHeads, kHidden, kHeadWidth, kFourHidden };
  Kind kind = Kind::kRequired;
  std::int64_t value = 0;

  constexpr Fallback() = default;
  constexpr Fallback(Kind of) : kind(of) {}                                       // NOLINT
  constexpr Fallback(std::int64_t number) : kind(Kind::kValue), value(number) {}  // NOLINT
};

struct FamilyRow {
  Quantity quantity;
  std::string_view keys;  // "hidden_size|n_embd", in order of preference; "": always `absent`
  Fallback absent;
  std::optional<Fallback> null = {};  // what null stands for; nothing: it is refused
};

// A kind of configuration: what it calls each quantity, in rows of its own and then in those of
// its parent.
struct Family {
  std::string_view name;           // its model_type
  std::string_view others;         // further model_types, "a|b"
  std::string_view architectures;  // which tell it where there is no model_type, "A|B"
  std::string_view parent;         // "": none
  std::span<const FamilyRow> rows;
};

// All but those that are only parents.
std::span<const Family> model_families();

// By its name or one of the others; null if there is none.
const Family* find_family(std::string_view model_type);
const Family* find_family_of_architecture(std::string_view architecture);

// The row of a family, or of its next ancestor that has one.
const FamilyRow& row_of(const Family& family, Quantity quantity);

// A configuration with the model of texts in its text_config.
struct Wrapper {
  std::string_view model_type;
  std::string_view text_type;  // of the text_config, if it does not say so itself
};
const Wrapper* find_wrapper(std::string_view model_type);

// Families whose blocks hold something that a model here does not have.
struct UnmodelledFamily {
  std::string_view model_types;  // "a|b"
  std::string_view layer;
};
// Keys that tell of such a thing in any configuration, unless they are null, false, 0 or empty.
struct UnmodelledKey {
  std::string_view key;
  std::string_view layer;
};
const UnmodelledFamily* find_unmodelled(std::string_view model_type);
std::span<const UnmodelledKey> unmodelled_keys();

// The words between the bars of "a|b".
std::vector<std::string_view> alternatives(std::string_view text);

}  // namespace calculon
