#include "protobuf_peer.h"

#include <google/protobuf/compiler/parser.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

namespace
{

class Silent : public google::protobuf::io::ErrorCollector
{
    void AddError(int, int, const std::string &) override
    {
    }
};

} // namespace

int peer_parse(const char *text, size_t size, int build)
{
    google::protobuf::io::ArrayInputStream input(text, static_cast<int>(size));
    Silent errors;
    google::protobuf::io::Tokenizer tokenizer(&input, &errors);
    google::protobuf::compiler::Parser parser;
    google::protobuf::FileDescriptorProto file;
    file.set_name("default");
    if (!parser.Parse(&tokenizer, &file))
        return -1;
    if (!build)
        return 0;
    google::protobuf::DescriptorPool pool(google::protobuf::DescriptorPool::generated_pool());
    return pool.BuildFile(file) ? 0 : -1;
}
