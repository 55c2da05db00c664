# Written by ec2-bootstrap at every boot: changes are lost.
export http_proxy='http://proxy.corp:3128'
export https_proxy='http://proxy.corp:3129'
export no_proxy='@NO_PROXY@'
export HTTP_PROXY='http://proxy.corp:3128'
export HTTPS_PROXY='http://proxy.corp:3129'
export NO_PROXY='@NO_PROXY@'
