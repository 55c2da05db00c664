# Written by ec2-bootstrap at every boot: changes are lost.
export http_proxy='http://proxy.corp:3128'
export no_proxy='localhost,127.0.0.1,169.254.169.254,169.254.170.2,169.254.170.23,fd00:ec2::254,fd00:ec2::23'
export HTTP_PROXY='http://proxy.corp:3128'
export NO_PROXY='localhost,127.0.0.1,169.254.169.254,169.254.170.2,169.254.170.23,fd00:ec2::254,fd00:ec2::23'
