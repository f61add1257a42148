#include "base/gzip_member.h"

#include <zlib.h>

#include <new>

#include "calculon/base/files.h"

namespace calculon {
namespace {

// With an extra field in its header unless `extra` is empty.
std::string packed_member(std::string_view text, std::string_view extra) {
  z_stream stream{};
  // Nearly three times as fast as the default level, for files a third larger: tables of results
  // come at hundreds of megabytes a second.
  constexpr int kLevel = 3;
  constexpr int kGzipWrapper = 15 + 16;  // largest window, gzip header and trailer
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, kGzipWrapper, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
  gz_header header{};
  if (!extra.empty()) {
    constexpr int kUnix = 3;
    header.os = kUnix;
    header.extra = reinterpret_cast<Bytef*>(const_cast<char*>(extra.data()));
    header.extra_len = static_cast<uInt>(extra.size());
    deflateSetHeader(&stream, &header);
  }
  std::string packed(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace

std::string gzip_member(std::string_view text) {
  return packed_member(text, "");
}

std::string gzip_part(std::string_view text) {
  return packed_member(text, kGzipMoreFollows);
}

std::string gzip_end() {
  return packed_member("", kGzipEnds);
}

}  // namespace calculon
